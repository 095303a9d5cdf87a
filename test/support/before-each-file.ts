import { numberAnew } from '../engine/support/serial-numbers.ts';

numberAnew();
