#!/usr/bin/env node
// biome-ignore-all lint/suspicious/noVar: every Node version must be able to parse this file
// biome-ignore-all lint/complexity/useArrowFunction: the same
// biome-ignore-all lint/complexity/useOptionalChain: the same
// biome-ignore-all lint/style/useTemplate: the same
// Node 13 and later load this file as a module, older versions as a script. It must be valid as both: it has neither
// `require` nor `import`, and hides its one dynamic import in a string.
(function () {
  var version = process.versions.node;
  var parts = version.split('.');
  var isNewEnough = Number(parts[0]) > 22 || (Number(parts[0]) === 22 && Number(parts[1]) >= 12);
  if (!isNewEnough) {
    process.stderr.write('attnscope needs Node.js 22.12 or newer, but this is Node.js ' + version);
    process.stderr.write(': install a newer version from https://nodejs.org and start attnscope again\n');
    process.exitCode = 2;
    return;
  }

  function run(program) {
    return program.main(process.argv.slice(2));
  }
  function end(exitCode) {
    process.exitCode = exitCode;
  }
  function fail(error) {
    var message = String((error && error.message) || error);
    process.stderr.write('attnscope: ' + message.split('\n')[0] + '\n');
    process.exitCode = 1;
  }

  process.getBuiltinModule('node:module').enableCompileCache();
  new Function('return import("./main.js")')().then(run).then(end, fail);
})();
