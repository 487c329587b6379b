async function work(k) {
  await null;
  return k;
}

module.exports = async () => {
  const tasks = [];
  for (let i = 0; i < 100_000; i++) tasks.push(work(i));
  let sum = 0;
  for (const task of tasks) sum += await task;
  return sum;
};
