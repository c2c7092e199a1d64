import { type MessagePort, parentPort, receiveMessageOnPort } from 'node:worker_threads';
import { instantiateProduct } from '../tensor/kernels.ts';
import { helpProducts, type TeamMessage } from '../tensor/product-team.ts';

/** A thread that makes parts of another's products, until it is closed. */
function help(port: MessagePort): void {
  port.once('message', ({ control }: TeamMessage) => {
    helpProducts(control, () => receiveMessageOnPort(port)?.message, instantiateProduct);
    port.close();
  });
}

if (parentPort !== null) help(parentPort);
