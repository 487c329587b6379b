local tasks = require("tasks")

local gate = tasks.promise()

local function down(n)
  if n == 0 then return tasks.await(gate) end
  return tasks.await(tasks.later(down, n - 1)) + 1
end

return {
  main = function() return tasks.await(tasks.later(down, 100000)) end,
  -- When all of them wait.
  idle = function() tasks.resolve(gate, 0) end,
}
