local tasks = require("tasks")

local function player(first, rounds)
  local following, sum = first, 0
  for _ = 1, rounds do
    local ball = tasks.await(following)
    sum = sum + ball.value
    local answer = tasks.promise()
    tasks.resolve(ball.back, { value = ball.value + 1, back = answer })
    following = answer
  end
  return sum
end

return {
  main = function()
    local a, b = tasks.promise(), tasks.promise()
    local one = tasks.call(player, a, 200000)
    local two = tasks.call(player, b, 200000)
    tasks.resolve(a, { value = 0, back = b })
    return tasks.await(one) + tasks.await(two)
  end,
}
