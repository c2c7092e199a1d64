/** English function words: articles, pronouns, prepositions, conjunctions, auxiliaries, particles, and the parts into which tokenizers
 *  split contractions. */
const functionWords: ReadonlySet<string> = new Set(
  `a an the this that these those
  i me my mine myself you your yours yourself he him his himself she her hers herself it its itself
  we us our ours ourselves they them their theirs themselves one who whom whose which what
  some any no none each every either neither both all few many much more most several such other another
  about above across after against along among around as at before behind below beneath beside between beyond by despite down during except for from
  in inside into near of off on onto out outside over past per since through throughout to toward towards under until up upon via with within without
  and or but nor so yet if because although though while whereas unless than whether
  am is are was were be been being have has had having do does did doing done will would shall should can could may might must ought
  not there here then when where why how too very just only also again ever never
  s t d ll m re ve don doesn didn isn aren wasn weren won couldn wouldn shouldn hasn haven hadn cannot`.split(/\s+/),
);

/** Whether a word is an English function word, ignoring case. */
export function isFunctionWord(word: string): boolean {
  return functionWords.has(word.toLowerCase().replace(/['’].*$/u, ''));
}
