import { cpus } from 'node:os';

/** Prints a heading and rows in columns: the first left-aligned, the others right-aligned. */
export function printTable(title: string, header: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = header.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((text, column) => (column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '─'.repeat(width)).join('  ');
  console.log(['', title, line(header), rule, ...rows.map(line)].join('\n'));
}

/** A measured number, and whether it meets its aim. */
export function besideAim(measured: number, aim: number): string {
  return `${aim} ${measured <= aim ? '✓' : '✗'}`;
}

export function milliseconds(elapsedMs: number): string {
  return elapsedMs >= 100 ? elapsedMs.toFixed(0) : elapsedMs.toFixed(1);
}

export function kilobytes(sizeBytes: number): string {
  return (sizeBytes / 1000).toFixed(2);
}

export function megabytes(sizeBytes: number): string {
  return (sizeBytes / 1e6).toFixed(0);
}

/** Describes the machine of the measurements. */
export function machineLine(): string {
  const all = cpus();
  return `${all[0]?.model.trim() ?? 'unknown processor'}, ${all.length} threads; Node ${process.versions.node}, ${process.platform} ${process.arch}`;
}
