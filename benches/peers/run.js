// Runs one of the programs beside this file: prints nanoseconds of processor time per operation, and the result.
'use strict';

const [, , name, operations] = process.argv;
const main = require(`./${name}.js`);

async function run() {
  const before = process.cpuUsage();
  let result;
  try {
    result = await main();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    result = 'too-deep';
  }
  const { user, system } = process.cpuUsage(before);
  console.log(`${(((user + system) * 1e3) / Number(operations)).toFixed(1)} ${result}`);
}

run();
