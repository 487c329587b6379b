local tasks = require("tasks")
local call, await = tasks.call, tasks.await

local function fib(n)
  if n < 2 then return n end
  return await(call(fib, n - 1)) + await(call(fib, n - 2))
end

return { main = function() return await(call(fib, 29)) end }
