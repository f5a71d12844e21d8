import { describe, expect, it } from 'vitest';
import { contentOf, differing, formField, formOf, type LineForm } from './line-form.model.ts';

const FORM: LineForm = {
  id: 'bank-400',
  kind: '400',
  owner: ' 某银行 ',
  ownerCode: '',
  use: 'customer-service',
  numbers: ' 400-800-1234\n\n4008001200..4008001299 ',
  routes: [{ trunk: 'T1', carrier: ' ' }],
  hours: [{ days: [5, 1], from: '09:00', until: '18:00' }],
  validFrom: '2026-01-01',
  document: '合同 7',
  reason: '新合同',
};

describe('the form of a line', () => {
  it('registers what was typed and nothing that was left empty', () => {
    expect(contentOf(FORM)).toEqual({
      kind: '400',
      owner: '某银行',
      use: 'customer-service',
      numbers: ['400-800-1234', '4008001200..4008001299'],
      routes: [{ trunk: 'T1' }],
      dedicated: false,
      abroad: false,
      hours: [{ days: [1, 5], from: '09:00', until: '18:00' }],
      validFrom: '2026-01-01',
      document: '合同 7',
    });
  });

  it('shows a registered line so that sending it unchanged changes nothing', () => {
    const content = contentOf(FORM);
    const shown = formOf('bank-400', content);
    expect(contentOf({ ...FORM, ...shown })).toEqual(content);
    expect(differing(content, contentOf({ ...FORM, ...shown }))).toEqual([]);
  });

  it('names the fields that a change touches', () => {
    const content = contentOf(FORM);
    expect(differing(content, { ...content, validUntil: '2026-12-31', abroad: true })).toEqual([
      'abroad',
      'validUntil',
    ]);
    expect(differing(undefined, content)).toContain('owner');
  });

  it('finds the field that the server complains about', () => {
    expect(formField('content.numbers.3')).toBe('numbers');
    expect(formField('content/routes/0/trunk')).toBe('routes');
    expect(formField('reason')).toBe('reason');
  });
});
