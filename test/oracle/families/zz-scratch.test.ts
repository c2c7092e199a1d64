import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { blockRow, row } from '../../../src/tensor/tensor.ts';
import { distance } from '../../support/compare.ts';
import { loadFamily } from '../../support/load-family.ts';
import { traceOfIds } from '../../support/trace-of-ids.ts';
import { softmax } from './support/decoder-maths.ts';

const root = process.env.HF_DIR ?? '/tmp/hf';
test.each(existsSync(root) ? readdirSync(root) : [])(
  '%s',
  (type) => {
    const lines: string[] = [];
    for (const index of readdirSync(join(root, type))) {
      const directory = join(root, type, index);
      const { cases, config } = JSON.parse(readFileSync(join(directory, 'expected.json'), 'utf8'));
      try {
        const model = loadFamily(directory);
        const worst: Record<string, number> = { att: 0, hid: 0, final: 0, prob: 0 };
        const up = (k: string, v: number) => {
          if (!(v <= worst[k]!)) worst[k] = v;
        };
        for (const one of cases) {
          const trace = traceOfIds(model, { ids: one.ids, typeIds: null });
          one.attentions.forEach((heads: number[][][], l: number) =>
            heads.forEach((m, h) =>
              m.forEach((v, q) => up('att', distance(blockRow(trace.layers[l]!.attentionWeights, h, q), v))),
            ),
          );
          const near = (k: string, e: number[][], t: never) => {
            const big = Math.max(...e.flat().map(Math.abs));
            e.forEach((v, i) => up(k, distance(row(t, i), v) / big));
          };
          near('hid', one.embedding, trace.embedding as never);
          one.outputs.forEach((e: number[][], l: number) => near('hid', e, trace.layers[l]!.residPost as never));
          if (trace.finalNorm !== null && one.last[0].length === trace.finalNorm.shape[1])
            near('final', one.last, trace.finalNorm as never);
          softmax(one.logits).forEach((p, i) =>
            trace.predictAt!(i, 5).forEach(({ id, probability }) => up('prob', Math.abs(p[id]! - probability))),
          );
        }
        const bad = Object.entries(worst).filter(([k, v]) => !(v < (k === 'prob' ? 1e-3 : 1e-4)));
        if (bad.length > 0) lines.push(`BAD ${type} ${index} ${JSON.stringify(worst)} ${JSON.stringify(config)}`);
        if (existsSync(join(directory, 'bare'))) {
          const bare = loadFamily(join(directory, 'bare'));
          const trace = traceOfIds(bare, { ids: cases[2].ids, typeIds: null });
          const found = distance(row(trace.layers.at(-1)!.residPost as never, 3), cases[2].outputs.at(-1)[3]);
          if (!(found < 1e-2) || trace.predictAt !== null)
            lines.push(`BARE ${type} ${index} ${found} ${trace.predictAt}`);
        }
      } catch (error) {
        lines.push(`ERR ${type} ${index} ${String(error).slice(0, 200)} ${JSON.stringify(config)}`);
      }
    }
    console.log(lines.length === 0 ? `all ${readdirSync(join(root, type)).length} of ${type} agree` : lines.join('\n'));
    expect(lines).toHaveLength(0);
  },
  60000,
);
