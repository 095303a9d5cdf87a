/**
 * Building the page. Every node is made from text, never from markup, because names and contents come from rule files
 * and customers.
 */

export const at = (id) => document.getElementById(id);

export function node(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const plain = new Intl.NumberFormat('en', { maximumFractionDigits: 4 });
const rounded = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 });
const moment = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
const clock = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });

export const show = {
  number: (value) => plain.format(value),
  rate: (value) => `${rounded.format(value)} a second`,
  percent: (value) => percent.format(value),
  moment: (time) => moment.format(new Date(time)),
  clock: (time) => clock.format(new Date(time)),
  duration,
};

function duration(seconds) {
  const [days, hours, minutes] = [seconds / 86_400, (seconds / 3_600) % 24, (seconds / 60) % 60].map(
    Math.floor,
  );
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min` : `${Math.floor(seconds)} s`;
}
