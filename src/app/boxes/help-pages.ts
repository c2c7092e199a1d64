import type { HelpSection } from '../../panes/frame/help-view.ts';
import { withKeys } from '../../panes/kit/key-names.ts';
import { caveats, glossary } from '../glossary.ts';
import { keyOf } from '../keys/bindings.ts';
import { keySections } from '../keys/key-sections.ts';
import { paneNamed } from '../pane-named.ts';

export interface HelpText {
  readonly name: string;
  readonly sections: readonly HelpSection[];
}

const named = ({ title, entries }: HelpSection): HelpSection => ({
  title,
  entries: entries.map(({ keys, does }) => ({ keys, does: withKeys(does, keyOf) })),
});

/** The pages of the help while a pane is in front. */
export function helpTexts(front: string): readonly HelpText[] {
  return [
    { name: 'keys', sections: keySections(paneNamed(front)) },
    { name: 'glossary', sections: [glossary] },
    { name: 'what attention does not say', sections: caveats.map(named) },
  ];
}
