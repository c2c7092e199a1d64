/** Evaluates printed arithmetic: + − × ÷ √ tanh exp, brackets, and vectors such as `[1, −0.5]`; words in brackets count for nothing. */
export function evaluated(text: string): number[] {
  const bare = text.replaceAll(/ \((?:\d+ [^()]*|position)\)/gu, '');
  const pieces = bare.match(/\d+(?:\.\d+)?(?:[eE][−-]?\d+)?|tanh|exp|[+\-−×÷√()[\],]/gu) ?? [];
  let at = 0;
  const take = (...wanted: string[]) => (wanted.includes(pieces[at] ?? '') ? pieces[at++] : undefined);
  const must = (wanted: string) => {
    if (take(wanted) === undefined) throw new Error(`${wanted} expected at piece ${at} of ${text}`);
  };
  const both = (a: number[], b: number[], of: (x: number, y: number) => number) => {
    const [long, short] = a.length >= b.length ? [a, b] : [b, a];
    if (short.length !== 1 && short.length !== long.length) throw new Error(`lengths differ in ${text}`);
    return long.map((_, i) => of(a[a.length === 1 ? 0 : i]!, b[b.length === 1 ? 0 : i]!));
  };
  const factor = (): number[] => {
    if (take('−', '-')) return factor().map((one) => -one);
    if (take('√')) return factor().map(Math.sqrt);
    if (take('tanh')) return factor().map(Math.tanh);
    if (take('exp')) return factor().map(Math.exp);
    if (take('(')) {
      const inner = sum();
      must(')');
      return inner;
    }
    if (take('[')) {
      const numbers = [...sum()];
      while (take(',')) numbers.push(...sum());
      must(']');
      return numbers;
    }
    const number = Number((pieces[at++] ?? '').replaceAll('−', '-'));
    if (Number.isNaN(number)) throw new Error(`no number at piece ${at} of ${text}`);
    return [number];
  };
  const product = () => {
    let value = factor();
    for (let sign = take('×', '÷'); sign !== undefined; sign = take('×', '÷'))
      value = both(value, factor(), sign === '×' ? (x, y) => x * y : (x, y) => x / y);
    return value;
  };
  function sum(): number[] {
    let value = product();
    for (let sign = take('+', '−', '-'); sign !== undefined; sign = take('+', '−', '-'))
      value = both(value, product(), sign === '+' ? (x, y) => x + y : (x, y) => x - y);
    return value;
  }
  const value = sum();
  if (at < pieces.length) throw new Error(`${pieces.slice(at).join(' ')} is left of ${text}`);
  return value;
}

/** The numbers of a printed result, and half a unit of the last digit of each, with the accuracy of float32. */
export function printedResult(text: string): { numbers: number[]; halves: number[] } {
  const found = text.match(/−?\d+(?:\.\d+)?/g) ?? [];
  return {
    numbers: found.map((one) => Number(one.replace('−', '-'))),
    halves: found.map(
      (one) =>
        10 ** -(one.split('.')[1]?.length ?? 0) / 2 + 1e-6 * Math.max(1, Math.abs(Number(one.replace('−', '-')))),
    ),
  };
}

/** What is wrong with `result = operands`; null if the printed operands give the printed result. */
export function fault(result: string, operands: string): string | null {
  const given = evaluated(operands);
  const { numbers, halves } = printedResult(result);
  const isRight = given.length === numbers.length && numbers.every((one, i) => Math.abs(one - given[i]!) <= halves[i]!);
  return isRight ? null : `${result} = ${operands}, which gives ${given.join(', ')}`;
}
