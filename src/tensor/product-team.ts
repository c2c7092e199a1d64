import { type ProductKernel, panelColumns } from './kernel-types.ts';

/** Places of the numbers that two threads share. */
const place = { run: 0, ticket: 1, done: 2, memory: 3, job: 4, closed: 12, size: 16 } as const;

/** A ticket is a run's number times this, plus the next part of its product. */
const partsPerRun = 1 << 12;
const mostRuns = 1 << 18;

/** Smaller products are over before another thread has woken up. */
const fewestProducts = 1_000_000;
/** Parts of a product, so that a thread that comes late or is held up has little to be waited for. */
const wantedParts = 8;
/** Looks for work before a thread goes to sleep: about 50 µs. */
const spins = 2000;

/** What a helping thread is given. */
export interface TeamMessage {
  readonly control: Int32Array;
  /** Memories that products are made over, by their numbers, and the module of the product. */
  readonly memory?: {
    readonly number: number;
    readonly memory: WebAssembly.Memory;
    readonly module: WebAssembly.Module;
  };
}

/** Two threads that make the parts of one product: whole panels, taken by tickets. */
export interface ProductTeam {
  /** The product over a memory, shared between the threads while the team is at work, else made here alone. */
  productOver(memory: WebAssembly.Memory, own: ProductKernel): ProductKernel;
  /** Whether products are shared. */
  isAtWork: boolean;
  close(): void;
}

/** A team with one helping thread, to which `send` brings messages; `moduleOf` gives the module of the product. */
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
        // An even number of panels, which the wide kernel takes two at a time.
        const perPart = 2 * Math.ceil(panels / (2 * wantedParts));
        const parts = Math.ceil(panels / perPart);
        // No ticket is good while the job is being written: a thread that comes now finds none.
        Atomics.store(control, place.ticket, 0);
        control.set([x, w, bias, y, rows, inner, panels, yStride], place.job);
        control[place.memory] = number;
        Atomics.store(control, place.done, 0);
        Atomics.store(control, place.ticket, run * partsPerRun);
        Atomics.store(control, place.run, run);
        Atomics.notify(control, place.run);
        takeParts(control, run, own);
        while (Atomics.load(control, place.done) < parts) {
          // The other thread is in the middle of a part.
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

/** Makes parts of the run's product until there are none left. */
function takeParts(control: Int32Array, run: number, product: ProductKernel): void {
  const [x = 0, w = 0, bias = 0, y = 0, rows = 0, inner = 0, panels = 0, yStride = 0] = control.subarray(
    place.job,
    place.job + 8,
  );
  const perPart = 2 * Math.ceil(panels / (2 * wantedParts));
  for (;;) {
    const ticket = Atomics.load(control, place.ticket);
    const part = ticket % partsPerRun;
    const first = part * perPart;
    if (Math.floor(ticket / partsPerRun) !== run || first >= panels) return;
    // What was read above belongs to this run, or the ticket is another one by now.
    if (Atomics.compareExchange(control, place.ticket, ticket, ticket + 1) !== ticket) continue;
    const count = Math.min(perPart, panels - first);
    const offset = 4 * panelColumns * first;
    product(x, w + offset * inner, bias + offset, y + offset, rows, inner, count, yStride);
    Atomics.add(control, place.done, 1);
  }
}

/** The helping thread: waits for products and makes parts of them, until it is closed.
 *  @param next the next message that has come, or undefined @param makeKernel the product of a module over a memory */
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
