import { Refusal, type TechnicianCommand } from '../desk.ts';

/** Characters; a terminal has no fewer, and no more. */
const fewestColumns = 20;
const mostColumns = 500;
const fewestRows = 4;

export const size: TechnicianCommand = {
  name: 'size',
  usage: '[COLUMNS ROWS]',
  summary: 'of your terminal: size 40 12',
  more: ['ROWS 0: never stop at the end of a page.'],
  async run(words, desk) {
    const [columns = 0, rows = 0] = words.map(Number);
    if (words.length > 0) {
      const isSize =
        words.length === 2 &&
        words.every((word) => /^\d{1,3}$/.test(word)) &&
        columns >= fewestColumns &&
        columns <= mostColumns &&
        (rows === 0 || rows >= fewestRows);
      if (!isSize) throw new Refusal('Write: size 80 24');
      desk.resize({ columns, rows });
    }
    await desk.say(`${desk.size.columns} columns, ${desk.size.rows || 'any number of'} rows`);
  },
};
