/** The name that the command line has for a stage: that of the fields of `trace --json`. */
export function stageName(stage: string): string {
  return stage === 'attentionWeights' ? 'weights' : stage;
}
