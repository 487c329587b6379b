-- Tasks and promises by coroutines and a queue of those that are ready. A task is a promise of its function's result.
local tasks = {}

local ready, first, last = {}, 1, 0

local function wake(thread)
  last = last + 1
  ready[last] = thread
end

function tasks.promise()
  return { waiters = {} }
end

function tasks.resolve(promise, value)
  promise.done, promise.value = true, value
  for _, thread in ipairs(promise.waiters) do wake(thread) end
  promise.waiters = nil
end

function tasks.await(promise)
  if not promise.done then
    table.insert(promise.waiters, (coroutine.running()))
    coroutine.yield()
  end
  return promise.value
end

function tasks.yield()
  wake((coroutine.running()))
  coroutine.yield()
end

local function resume(thread)
  local ok, message = coroutine.resume(thread)
  if not ok then error(message, 0) end
end

local function new(f, a, b)
  local promise = tasks.promise()
  return promise, coroutine.create(function() tasks.resolve(promise, f(a, b)) end)
end

-- Calls f, which runs at once until it waits.
function tasks.call(f, a, b)
  local promise, thread = new(f, a, b)
  resume(thread)
  return promise
end

-- Calls f, which runs when it comes to its turn: coroutines that resume each other nest only 200 deep.
function tasks.later(f, a, b)
  local promise, thread = new(f, a, b)
  wake(thread)
  return promise
end

-- Runs until nothing is ready any more.
function tasks.run()
  while first <= last do
    local thread = ready[first]
    ready[first] = nil
    first = first + 1
    resume(thread)
  end
end

return tasks
