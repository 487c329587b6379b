local tasks = require("tasks")

local function work(k)
  tasks.yield()
  return k
end

return {
  main = function()
    local all = {}
    for i = 0, 99999 do all[#all + 1] = tasks.call(work, i) end
    local sum = 0
    for _, task in ipairs(all) do sum = sum + tasks.await(task) end
    return sum
  end,
}
