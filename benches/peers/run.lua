-- Runs one of the programs beside this file: prints nanoseconds of processor time per operation, and the result.
package.path = arg[0]:gsub("[^/]*$", "") .. "?.lua;" .. package.path
local tasks = require("tasks")
local program = require(arg[1])

local before = os.clock()
local ok, result = pcall(function()
  local main = tasks.call(program.main)
  tasks.run()
  if program.idle then
    program.idle()
    tasks.run()
  end
  return main.value
end)
if not ok then
  assert(tostring(result):find("overflow"), result)
  result = "too-deep"
end
print(string.format("%.1f %s", (os.clock() - before) * 1e9 / arg[2], result))
