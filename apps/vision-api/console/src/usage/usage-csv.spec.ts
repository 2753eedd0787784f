import { describe, expect, it } from '@jest/globals';

import { usageCsv } from './usage-csv.js';

const row = {
  date: '2026-05-02',
  keyId: 'k',
  operation: 'faces:detect',
  requests: 3,
  errors: 1,
};
const line = (csv: string, index: number): string | undefined => csv.split('\r\n')[index];

describe('usageCsv', () => {
  it('writes the oldest day first, and ends each line', () => {
    const csv = usageCsv([row, { ...row, date: '2026-05-01' }], new Map([['k', 'Key']]));
    expect(csv).toBe(
      'date,key_id,key_name,operation,requests,errors\r\n' +
        '2026-05-01,k,Key,faces:detect,3,1\r\n' +
        '2026-05-02,k,Key,faces:detect,3,1\r\n',
    );
  });

  it.each([
    ['a "b", c', '"a ""b"", c"'],
    ['two\nlines', '"two\nlines"'],
    ['=HYPERLINK("x")', `"'=HYPERLINK(""x"")"`],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM', "'@SUM"],
    ['\tx', "'\tx"],
  ])('makes the name %j harmless', (name, field) => {
    const csv = usageCsv([row], new Map([['k', name]]));
    expect(csv).toContain(`2026-05-02,k,${field},faces:detect`);
  });

  it('leaves empty the name of a key that is not known', () => {
    expect(line(usageCsv([row], new Map()), 1)).toBe('2026-05-02,k,,faces:detect,3,1');
  });
});
