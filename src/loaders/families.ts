import { bart, m2m100, marian, mbart, pegasus } from './families/bart.ts';
import { albert, bert, distilbert, electra, mpnet, robertaNamed } from './families/bert.ts';
import { bloom } from './families/bloom.ts';
import type { Describe } from './families/common.ts';
import { debertaV2 } from './families/deberta.ts';
import { gemma, gemma2, gemma3 } from './families/gemma.ts';
import { gpt2, gptNeo } from './families/gpt.ts';
import { cohere, olmo, stablelm, starcoder2 } from './families/layer-norm-decoders.ts';
import { granite, llama, mistral, phi3, qwen2, qwen3, smollm3 } from './families/llama.ts';
import { modernBert } from './families/modernbert.ts';
import { opt } from './families/opt.ts';
import { gptj, gptNeox, phi } from './families/parallel-decoders.ts';
import { mt5, t5, umt5 } from './families/t5.ts';

/** A family of models that can be computed. */
export interface FamilySummary {
  /** model_type of config.json. */
  readonly type: string;
  readonly kind: 'encoder' | 'decoder' | 'encoder-decoder';
}

const byKind: Readonly<Record<FamilySummary['kind'], Readonly<Record<string, Describe>>>> = {
  encoder: {
    bert,
    distilbert,
    roberta: robertaNamed('roberta.'),
    'xlm-roberta': robertaNamed('roberta.'),
    camembert: robertaNamed('roberta.'),
    'data2vec-text': robertaNamed('data2vec_text.'),
    albert,
    electra,
    mpnet,
    'deberta-v2': debertaV2,
    modernbert: modernBert,
  },
  decoder: {
    gpt2,
    gpt_neo: gptNeo,
    gpt_neox: gptNeox,
    opt,
    llama,
    mistral,
    ministral: mistral,
    qwen2,
    qwen3,
    gemma,
    gemma2,
    gemma3_text: gemma3,
    phi,
    phi3,
    gptj,
    bloom,
    stablelm,
    olmo,
    starcoder2,
    cohere,
    granite,
    smollm3,
  },
  'encoder-decoder': { t5, mt5, umt5, bart, mbart, marian, pegasus, m2m_100: m2m100 },
};

const describers: ReadonlyMap<string, Describe> = new Map(Object.values(byKind).flatMap(Object.entries));

/** The families of Hugging Face Transformers that can be computed, by kind. */
export const supportedFamilies: readonly FamilySummary[] = Object.entries(byKind).flatMap(([kind, ofKind]) =>
  Object.keys(ofKind).map((type) => ({ type, kind: kind as FamilySummary['kind'] })),
);

/** The function that describes models of a type; undefined for an unknown type. */
export function describeFamily(type: string): Describe | undefined {
  return describers.get(type);
}
