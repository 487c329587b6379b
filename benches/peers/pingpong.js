const gate = require('./gate.js');

async function player(first, rounds) {
  let next = first;
  let sum = 0;
  for (let i = 0; i < rounds; i++) {
    const ball = await next;
    sum += ball.value;
    const answer = gate();
    ball.back({ value: ball.value + 1, back: answer.resolve });
    next = answer.promise;
  }
  return sum;
}

module.exports = async () => {
  const a = gate();
  const b = gate();
  const one = player(a.promise, 200_000);
  const two = player(b.promise, 200_000);
  a.resolve({ value: 0, back: b.resolve });
  return await one + await two;
};
