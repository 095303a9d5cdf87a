export * from './attribute.ts';
export { shareOut } from './largest-remainder.ts';
export * from './touch.ts';
