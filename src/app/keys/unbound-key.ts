import { panes } from '../../panes/all.ts';
import { cutEnd, visibleText } from '../../text/fitted-text.ts';
import { listed } from '../../text/list.ts';
import { keyOf } from './bindings.ts';

const signs: Readonly<Record<string, string>> = {
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  pageup: 'PgUp',
  pagedown: 'PgDn',
};

/** A key as sentences write it: `Alt-X`, `Delete`, `ü`. */
function writtenKey(name: string): string {
  const [, held = '', key = ''] = /^((?:[a-z]+\+)*)(.+)$/su.exec(name) ?? [];
  const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
  const isLetter = Array.from(key).length === 1 && held === '';
  const written = signs[key] ?? (isLetter ? key : capital(key));
  const modifiers = held.split('+').filter((one) => one !== '');
  return cutEnd(visibleText([...modifiers.map(capital), written].join('-')), 20);
}

/** What is said of a key without a binding. */
export function unboundKey(name: string, isInPanes: boolean): string {
  const key = writtenKey(name);
  if (!isInPanes) return `${key} does nothing while you type`;
  const owners = panes.filter((pane) => pane.keys?.some(({ keys }) => keys.includes(name)));
  if (owners.length === 0) return `${key} does nothing in the panes: ${keyOf('help')} lists every key`;
  return `${key} acts only in ${listed(owners.map((pane) => `${keyOf(pane.name)} ${pane.title}`))}`;
}
