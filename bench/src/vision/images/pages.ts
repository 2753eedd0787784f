/** A page of text: what is written on it is what a reader of its picture has to find. */
export interface Page {
  /** The file beside this one that shows the page. */
  readonly file: string;
  readonly lines: readonly string[];
}

export const pages: readonly Page[] = [
  {
    file: 'letter.jpg',
    lines: [
      'Dear Ms. Hollingsworth,',
      'thank you for your letter of 14 March, which reached us',
      'only yesterday. We have looked into the matter and agree',
      'that the second delivery was incomplete: three of the',
      'twelve chairs were missing, and one table arrived with a',
      'scratch across its top. The missing chairs left our house',
      'this morning and should be with you by Friday. As for the',
      'table, please keep it until our driver can collect it.',
      'We are sorry for the trouble this has caused.',
      'With kind regards,',
      'Edmund Farraday',
    ],
  },
  {
    file: 'receipt.jpg',
    lines: [
      'CORNER STORE No. 42',
      '17 Market Street',
      '2 x Espresso 5.60',
      '1 x Croissant 2.35',
      '1 x Orange juice 3.90',
      '4 x Bread roll 2.20',
      '1 x Olive oil 500 ml 8.49',
      'Subtotal 22.54',
      'Tax 7% 1.58',
      'TOTAL EUR 24.12',
      'Card payment 24.12',
      'Receipt 0098-5531-207',
      'Thank you and goodbye!',
    ],
  },
  {
    file: 'sign.jpg',
    lines: ['PLATFORM 9', 'Trains to Northbridge', 'Mind the gap', 'Next departure 16:47'],
  },
  {
    file: 'slide.jpg',
    lines: [
      'Quarterly results',
      'Revenue grew by 12.4% to 318 million',
      'Costs fell for the third quarter in a row',
      'Four new offices: Oslo, Porto, Turin and Lyon',
      'Headcount at the end of June: 2,140',
      'Outlook for the year unchanged',
      'Questions? investors@example.com',
    ],
  },
  {
    file: 'label.jpg',
    lines: [
      'FRAGILE - HANDLE WITH CARE',
      'To: Dr. Amelia Whitcombe',
      '221 Baker Crescent, Flat 3B',
      'Wellington 6011',
      'New Zealand',
      'Weight: 4.85 kg',
      'Tracking: XK 7730 4419 52',
    ],
  },
  {
    file: 'note.jpg',
    lines: [
      'Shopping for the weekend',
      'flour, sugar and baking powder',
      'six eggs (the brown ones)',
      'half a pound of butter',
      'lemons - at least four',
      'call Aunt Josephine about Sunday',
      'return the library books',
      'book a table for 8 at 19:30',
    ],
  },
];
