module.exports = async () => {
  let sum = 0;
  let i = 0;
  while (i < 20_000_000) {
    sum = sum + i;
    i = i + 1;
  }
  return sum;
};
