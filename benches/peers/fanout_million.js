const gate = require('./gate.js');

async function work(opened, k) {
  return await opened + k;
}

module.exports = async () => {
  const { promise, resolve } = gate();
  const tasks = [];
  for (let i = 0; i < 1_000_000; i++) tasks.push(work(promise, i));
  resolve(1);
  let sum = 0;
  for (const task of tasks) sum += await task;
  return sum;
};
