import { expect, test } from 'vitest';
import { createStageRecorder } from '../../src/run/stage-recorder.ts';

/** A recorder on a clock that stands still unless it is moved. */
function onClock() {
  let time = 0;
  return {
    recorder: createStageRecorder(() => time),
    pass: (ms: number) => {
      time += ms;
    },
  };
}

test('it hands on what a stage returns and counts each run', () => {
  const { recorder } = onClock();
  expect(recorder.run('a', () => 3)).toBe(3);
  recorder.run('a', () => 0);
  recorder.run('b', () => 0);
  expect(recorder.takeRuns()).toEqual({ a: 2, b: 1 });
  expect(recorder.takeRuns()).toEqual({});
});

test('time between stages is not counted, that of a stage within another counts once', () => {
  const { recorder, pass } = onClock();
  recorder.run('outer', () => {
    pass(2);
    recorder.run('inner', () => pass(3));
    recorder.run('another', () => pass(4));
    pass(1);
  });
  pass(100);
  recorder.run('later', () => pass(5));
  expect(recorder.takeElapsedMs()).toBe(15);
});

test('no stage ran: no time', () => {
  const { recorder, pass } = onClock();
  expect(recorder.takeElapsedMs()).toBeNull();
  recorder.run('a', () => pass(7));
  expect(recorder.takeElapsedMs()).toBe(7);
  expect(recorder.takeElapsedMs()).toBeNull();
});

test('a stage that throws is counted, its error goes on, and later times are right', () => {
  const { recorder, pass } = onClock();
  const failing = () =>
    recorder.run('bad', () => {
      pass(1);
      throw new RangeError('no');
    });
  expect(failing).toThrow(RangeError);
  recorder.run('good', () => pass(2));
  expect(recorder.takeRuns()).toEqual({ bad: 1, good: 1 });
  expect(recorder.takeElapsedMs()).toBe(3);
});
