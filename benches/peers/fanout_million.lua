local tasks = require("tasks")

local function work(gate, k)
  return tasks.await(gate) + k
end

return {
  main = function()
    local gate = tasks.promise()
    local all = {}
    for i = 0, 999999 do all[#all + 1] = tasks.call(work, gate, i) end
    tasks.resolve(gate, 1)
    local sum = 0
    for _, task in ipairs(all) do sum = sum + tasks.await(task) end
    return sum
  end,
}
