// A promise that is settled from outside.
'use strict';

module.exports = function gate() {
  let resolve;
  const promise = new Promise((settle) => { resolve = settle; });
  return { promise, resolve };
};
