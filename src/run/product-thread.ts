import { type MessagePort, parentPort, receiveMessageOnPort } from 'node:worker_threads';
import { instantiateProduct } from '../tensor/kernels.ts';
import { helpProducts, type TeamMessage } from '../tensor/product-team.ts';

/** Computes parts of another thread's matrix products until that thread closes the team. */
function help(port: MessagePort): void {
  port.once('message', ({ control }: TeamMessage) => {
    helpProducts(control, () => receiveMessageOnPort(port)?.message, instantiateProduct);
    port.close();
  });
}

if (parentPort !== null) help(parentPort);
