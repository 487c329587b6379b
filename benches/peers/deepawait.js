const gate = require('./gate.js');

// Each call goes on in a turn of its own: called hot, so many frames do not fit on the stack.
async function down(n, opened) {
  await null;
  if (n === 0) return await opened;
  return await down(n - 1, opened) + 1;
}

module.exports = async () => {
  const { promise, resolve } = gate();
  const task = down(100_000, promise);
  setImmediate(() => resolve(0));
  return await task;
};
