/** The name of a stage on the command line and in the fields of `trace --json`. */
export function stageName(stage: string): string {
  return stage === 'attentionWeights' ? 'weights' : stage;
}
