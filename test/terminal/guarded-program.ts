import { guardTerminal } from '../../src/terminal/terminal-guard.ts';

const guard = guardTerminal({
  stdin: process.stdin,
  stdout: process.stdout,
  bracketedPaste: true,
  onResume: () => process.stdout.write('resumed'),
  onLeave: () => {
    isLeft = true;
  },
});
let isLeft = false;

const endings: Readonly<Record<string, () => void>> = {
  leave: () => {
    guard.leave();
    guard.leave();
    process.exit(0);
  },
  exit: () => process.exit(7),
  throw: () => {
    throw new Error('a pane\nbroke');
  },
  reject: () => {
    Promise.reject(new Error('a promise broke'));
  },
  fail: () => guard.fail('told so'),
  wait: () => {},
};

guard.enter();
process.stdin.setRawMode(true);
process.stdin.resume();
process.stdout.write('\x1b[1;31minside');
process.on('exit', () => {
  if (!isLeft) process.stderr.write('onLeave was not called');
});
setTimeout(endings[process.argv[2] ?? 'wait'] ?? (() => {}), 50);
setInterval(() => {}, 1000);
