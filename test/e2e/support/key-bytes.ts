const arrows: Readonly<Record<string, string>> = { up: 'A', down: 'B', right: 'C', left: 'D' };
const named: Readonly<Record<string, string>> = {
  home: '\x1b[H',
  end: '\x1b[F',
  pageup: '\x1b[5~',
  pagedown: '\x1b[6~',
  delete: '\x1b[3~',
  backspace: '\x7f',
  enter: '\r',
  escape: '\x1b',
  tab: '\t',
  space: ' ',
  f1: '\x1bOP',
  'shift+tab': '\x1b[Z',
  'alt+backspace': '\x1b\x7f',
  'ctrl+/': '\x1b[47;5u',
};
const modifierParameter: Readonly<Record<string, string>> = { 'alt+': '3', 'ctrl+': '5' };

/** The bytes that a terminal sends for a key, by the name that the key tables give it.
 *  @throws Error for a name of which it does not know the bytes. */
export function keyBytes(name: string): string {
  const whole = named[name];
  if (whole !== undefined) return whole;
  const [, modifier = '', key = ''] = /^((?:alt|ctrl)\+)?(.+)$/s.exec(name) ?? [];
  const arrow = arrows[key];
  const parameter = modifierParameter[modifier];
  if (arrow !== undefined) return parameter === undefined ? `\x1b[${arrow}` : `\x1b[1;${parameter}${arrow}`;
  if (key.length === 1) {
    if (modifier === '') return key;
    if (modifier === 'alt+') return `\x1b${key}`;
    if (/[a-z_]/.test(key)) return String.fromCharCode(key.toUpperCase().charCodeAt(0) & 0x1f);
  }
  throw new Error(`the bytes of the key ${name} are not known`);
}
