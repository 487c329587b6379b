function down(n) {
  if (n === 0) return 0;
  return down(n - 1) + 1;
}

module.exports = async () => down(999_998);
