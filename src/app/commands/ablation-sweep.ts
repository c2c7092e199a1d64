import { effect } from '@preact/signals-core';
import type { Interventions } from '../../core/interventions.ts';
import {
  type AblationMeasure,
  ablationMeasures,
  effectOf,
  type HeadEffect,
  measureProblem,
  rankByEffect,
} from '../../core/measures/ablation-effect.ts';
import type { Model } from '../../core/model.ts';
import type { Explorer } from '../../explorer/explorer.ts';
import { type SweptToken, sweptToken } from '../../explorer/sweep.ts';
import { sweptMeasure } from '../../explorer/sweep-target.ts';
import { labelAt } from '../../explorer/token-view.ts';
import { tokenViews } from '../../explorer/tokenized-text.ts';
import { changedSentences } from '../../panes/kit/inputs.ts';
import { predictedToken } from '../../panes/kit/names.ts';
import { sweptHeads } from '../../run/ablation-sweep.ts';
import type { Options } from '../command-table.ts';
import { createSession, loadNamedModel } from '../explorer-session.ts';
import { erasableLine } from '../progress-bar.ts';
import { csv, modelHeading, table } from '../table.ts';
import { UsageError } from '../usage-error.ts';

/** `attnscope ablation-sweep TEXT`: switches off every head in turn and ranks the heads by effect; table, JSON or CSV. */
export async function ablationSweepCommand(text: string, options: Options): Promise<string> {
  const loaded = loadNamedModel(options);
  const { model, tokenizer } = loaded;
  const wanted = options.rankBy ?? null;
  const problem = wanted === null ? null : measureProblem(wanted, model);
  if (problem !== null) throw new UsageError(`--sort ${wanted}: ${problem}`);
  if (model.decoder !== null && options.query !== undefined) {
    throw new UsageError(
      `ablation-sweep: --query does not go with ${model.name}: effects are on the last token that its decoder reads`,
    );
  }
  const explorer = createSession(loaded, text, options);
  const place = sweptToken(explorer);
  if (place === null || explorer.tokenized.value.tokens.length === 0)
    throw new UsageError('ablation-sweep: the text has no tokens');
  if (sweptHeads(model, explorer.interventions.value).length === 0)
    throw new UsageError('ablation-sweep: --ablate leaves no head to switch off');
  const measure = wanted ?? sweptMeasure(explorer.inputs);
  const heads = rankByEffect(await swept(explorer), measure);
  const { truncated } = explorer.tokenized.value;
  const textOf = (id: number) => tokenizer.tokenText?.(id) ?? '';
  const interventions = explorer.interventions.value;
  const changes = changedSentences(explorer);
  const isMostProbable = explorer.sweep.targets.value.token === null;
  const answer = { model, text, truncated, measure, place, heads, textOf, interventions, changes, isMostProbable };
  if (options.csv === true) return csv(heads.map((head) => csvRecord(head, measure)));
  if (options.json === true) return effectsJson(answer);
  const readByPlace = model.decoder === null ? text : (options.target ?? '');
  const cut = truncated ? 'the text is cut to the tokens that fit\n' : '';
  return `${headingOf(answer, readByPlace)}\n${effectsTable(answer)}\n${effectsMap(answer)}${cut}`;
}

/** All effects; shows a count on standard error if that is a terminal. */
async function swept({ sweep }: Explorer): Promise<readonly HeadEffect[]> {
  const line = erasableLine(process.stderr, process.env.TERM);
  const end = effect(() => {
    const { effects, total } = sweep.state.value;
    if (effects.length > 0) line.show(`${effects.length} of ${total} heads`);
  });
  try {
    await sweep.run();
  } finally {
    end();
    line.erase();
  }
  return sweep.state.value.effects;
}

interface Answer {
  readonly model: Model;
  readonly text: string;
  readonly truncated: boolean;
  readonly measure: AblationMeasure;
  readonly place: SweptToken;
  readonly heads: readonly HeadEffect[];
  readonly textOf: (id: number) => string;
  readonly interventions: Interventions;
  /** Whether the most probable token counts, as none was chosen. */
  readonly isMostProbable: boolean;
  /** Sentences about the changes that effects are measured on top of. */
  readonly changes: readonly string[];
}

function effectsJson({ model, text, truncated, measure, place, heads, textOf, interventions }: Answer): string {
  const tokenJson = (id: number) => ({ id, text: textOf(id) });
  const predictionJson = ({ id, ...numbers }: NonNullable<HeadEffect['prediction']>) => {
    return { token: tokenJson(id), ...numbers };
  };
  const logitsJson = ({ ids: [token, against], ...numbers }: NonNullable<HeadEffect['logits']>) => {
    return { token: tokenJson(token), against: tokenJson(against), ...numbers };
  };
  const answer = {
    format: 'attnscope-ablation/1',
    model: modelHeading(model),
    text,
    truncated,
    sort: measure,
    token: { ...(model.decoder === null ? {} : { part: 'decoder' }), position: place.position, text: place.token.text },
    replacement: interventions.ablation,
    ablated: interventions.ablatedHeads,
    heads: heads.map((one) => ({
      ...{ layer: one.layer, head: one.head, effect: effectOf(one, measure) },
      ...{ outputChange: one.outputChange, outputCosine: one.outputCosine, outputNorm: one.outputNorm },
      ...(model.sentence === null ? {} : { embeddingCosine: one.embeddingCosine }),
      ...(one.prediction === null ? {} : { prediction: predictionJson(one.prediction) }),
      ...(one.logits === null ? {} : { logits: logitsJson(one.logits) }),
    })),
  };
  return `${JSON.stringify(answer)}\n`;
}

function csvRecord(one: HeadEffect, measure: AblationMeasure) {
  const { layer, head, outputChange, outputCosine, embeddingCosine, prediction, logits } = one;
  const { id: predictedId = null, before = null, after = null, rankAfter = null } = prediction ?? {};
  return {
    ...{ layer, head, outputChange, outputCosine, embeddingCosine, predictedId, before, after, rankAfter },
    ...{ againstId: logits?.ids[1] ?? null, logitsBefore: logits?.before ?? null, logitsAfter: logits?.after ?? null },
    ...{ effect: effectOf(one, measure), outputNorm: one.outputNorm },
  };
}

function headingOf(answer: Answer, readByPlace: string): string {
  const { model, place, heads, textOf, interventions, changes, isMostProbable } = answer;
  const { tokens, position } = place;
  const { prediction = null, logits = null } = heads[0] ?? {};
  const where = model.head?.kind === 'causal' ? 'after' : 'at';
  const name = (id: number) => predictedToken(textOf(id));
  const best = `${isMostProbable ? 'most probable' : 'token'} ${where} it`;
  const predicted = prediction === null ? '' : `; ${best}: ${name(prediction.id)}, p = ${prediction.before.toFixed(3)}`;
  const difference =
    logits === null
      ? []
      : [`logit(${name(logits.ids[0])}) - logit(${name(logits.ids[1])}) = ${logits.before.toFixed(3)} with the heads`];
  const more = [
    ...difference,
    `in place of the head: ${interventions.ablation === 'zero' ? 'zeros' : 'its mean over the tokens'}`,
    ...(changes.length === 0 ? [] : [`on top of: ${changes.join('; ')}`]),
  ];
  const whose = model.decoder === null ? 'token' : "the decoder's token";
  const label = labelAt(tokenViews(tokens, readByPlace), position);
  return `effects of switching off one head, on ${whose} ${position} ${label}${predicted}\n${more.join('\n')}\n`;
}

const legends: Readonly<Record<AblationMeasure, string>> = {
  embedding: '1 - cosine of the sentence embeddings with and without the head',
  prediction: "the token's probability without the head minus with it",
  logits: 'the difference of the two logits without the head minus with it',
  output: "change of the token's vector after the last layer, as a share of its length; cos: their cosine",
};

/** One line per head with the measures that apply to the model, and a legend. */
function effectsTable({ heads, measure }: Answer): string {
  const measures = ablationMeasures.filter((one) => heads.some((head) => effectOf(head, one) !== null));
  const titles = [...new Set([measure, ...measures, 'output' as const])];
  const hasPrediction = heads.some(({ prediction }) => prediction !== null);
  const rows = heads.map((head, index) => [
    String(index + 1),
    `L${head.layer} H${head.head}`,
    ...titles.map((one) => effectText(effectOf(head, one))),
    head.outputCosine?.toFixed(4) ?? 'n/a',
    ...(hasPrediction ? [effectText(head.prediction?.after ?? null), String(head.prediction?.rankAfter ?? 'n/a')] : []),
  ]);
  const heading = ['rank', 'head', ...titles, 'cos', ...(hasPrediction ? ['p after', 'rank after'] : [])];
  const legend = titles.map((one) => `${one}: ${legends[one]}\n`).join('');
  return `${table([heading, ...rows], (column) => column !== 1)}\n${legend}`;
}

/** The effects by layer and head. */
function effectsMap({ heads, measure, model: { layers } }: Answer): string {
  const found = new Map(heads.map((head) => [`${head.layer}.${head.head}`, effectText(effectOf(head, measure))]));
  const widest = Math.max(...layers.map(({ attention }) => attention.numAttentionHeads));
  const places = Array.from({ length: widest }, (_, head) => head);
  const rows = layers.map(({ attention }, layer) => [
    `L${layer}`,
    ...places.map((head) => (head < attention.numAttentionHeads ? (found.get(`${layer}.${head}`) ?? 'off') : '')),
  ]);
  return table([[measure, ...places.map((head) => `H${head}`)], ...rows], (column) => column !== 0);
}

/** Three decimals, or a power of ten if they would show only zeros. */
function effectText(effect: number | null): string {
  if (effect === null) return 'n/a';
  return effect === 0 || Math.abs(effect) >= 0.001 ? effect.toFixed(3) : effect.toExponential(1);
}
