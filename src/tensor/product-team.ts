import { type ProductKernel, panelColumns } from './kernel-types.ts';

/** Indices of the numbers that both threads share. */
const place = { run: 0, ticket: 1, done: 2, memory: 3, job: 4, closed: 12, size: 16 } as const;

/** A ticket is the run's number times this, plus the index of the next part. */
const partsPerRun = 1 << 12;
const mostRuns = 1 << 18;

/** A smaller product ends before the other thread wakes up. */
const fewestProducts = 1_000_000;
/** Parts of a product: many, so that the wait for a late thread is short. */
const wantedParts = 8;
/** How often a thread looks for work before it sleeps: about 50 µs. */
const spins = 2000;

/** A message to the helping thread. */
export interface TeamMessage {
  readonly control: Int32Array;
  /** A memory with matrices, its number, and the product's module. */
  readonly memory?: {
    readonly number: number;
    readonly memory: WebAssembly.Memory;
    readonly module: WebAssembly.Module;
  };
}

/** Two threads that share one product. Each takes parts of whole panels by ticket. */
export interface ProductTeam {
  /** The product over a memory: shared while the team is at work, otherwise computed by this thread only. */
  productOver(memory: WebAssembly.Memory, own: ProductKernel): ProductKernel;
  /** Whether the threads share products. */
  isAtWork: boolean;
  close(): void;
}

/** Makes a team with one helping thread.
 *  @param send delivers a message to that thread @param moduleOf returns the product's module */
export function createProductTeam(
  send: (message: TeamMessage) => void,
  moduleOf: () => WebAssembly.Module,
): ProductTeam {
  const control = new Int32Array(new SharedArrayBuffer(4 * place.size));
  let memories = 0;
  let run = 0;
  send({ control });
  const team: ProductTeam = {
    isAtWork: false,
    productOver(memory, own) {
      const number = ++memories;
      send({ control, memory: { number, memory, module: moduleOf() } });
      return (x, w, bias, y, rows, inner, panels, yStride) => {
        if (!team.isAtWork || rows * inner * panels * panelColumns < fewestProducts) {
          own(x, w, bias, y, rows, inner, panels, yStride);
          return;
        }
        run = (run % (mostRuns - 1)) + 1;
        const parts = Math.ceil(panels / panelsPerPart(panels));
        // Invalidates every ticket while the job is written, so that no thread reads half of it.
        Atomics.store(control, place.ticket, 0);
        control.set([x, w, bias, y, rows, inner, panels, yStride], place.job);
        control[place.memory] = number;
        Atomics.store(control, place.done, 0);
        Atomics.store(control, place.ticket, run * partsPerRun);
        Atomics.store(control, place.run, run);
        Atomics.notify(control, place.run);
        takeParts(control, run, own);
        while (Atomics.load(control, place.done) < parts) {
          // Spin: the other thread is finishing a part.
        }
      };
    },
    close() {
      Atomics.store(control, place.closed, 1);
      Atomics.add(control, place.run, 1);
      Atomics.notify(control, place.run);
    },
  };
  return team;
}

/** An even number: the wide kernel takes two panels at a time. */
function panelsPerPart(panels: number): number {
  return 2 * Math.ceil(panels / (2 * wantedParts));
}

/** Computes parts of the run's product until none are left. */
function takeParts(control: Int32Array, run: number, product: ProductKernel): void {
  const [x = 0, w = 0, bias = 0, y = 0, rows = 0, inner = 0, panels = 0, yStride = 0] = control.subarray(
    place.job,
    place.job + 8,
  );
  const perPart = panelsPerPart(panels);
  for (;;) {
    const ticket = Atomics.load(control, place.ticket);
    const part = ticket % partsPerRun;
    const first = part * perPart;
    if (Math.floor(ticket / partsPerRun) !== run || first >= panels) return;
    // Succeeds only if the job read above still belongs to this run.
    if (Atomics.compareExchange(control, place.ticket, ticket, ticket + 1) !== ticket) continue;
    const count = Math.min(perPart, panels - first);
    const offset = 4 * panelColumns * first;
    product(x, w + offset * inner, bias + offset, y + offset, rows, inner, count, yStride);
    Atomics.add(control, place.done, 1);
  }
}

/** Runs the helping thread: waits for products and computes parts of them until the team closes.
 *  @param next returns the next message received, or undefined
 *  @param makeKernel makes the product kernel of a module over a memory */
export function helpProducts(
  control: Int32Array,
  next: () => TeamMessage | undefined,
  makeKernel: (module: WebAssembly.Module, memory: WebAssembly.Memory) => ProductKernel,
): void {
  const kernels = new Map<number, ProductKernel>();
  let seen = 0;
  for (;;) {
    for (let spin = 0; spin < spins && Atomics.load(control, place.run) === seen; spin++);
    Atomics.wait(control, place.run, seen);
    seen = Atomics.load(control, place.run);
    if (Atomics.load(control, place.closed) === 1) return;
    const number = Atomics.load(control, place.memory);
    for (let message = kernels.has(number) ? undefined : next(); message !== undefined; message = next()) {
      if (message.memory === undefined) continue;
      kernels.set(message.memory.number, makeKernel(message.memory.module, message.memory.memory));
    }
    const kernel = kernels.get(number);
    if (kernel !== undefined) takeParts(control, seen, kernel);
  }
}
