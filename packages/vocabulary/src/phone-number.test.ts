import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NUMBER_KINDS, type PlanReader, readNumberPlan } from './number-plan.ts';
import { createNumbering } from './phone-number.ts';
import type { PhoneNumber } from './phone-number-reading.ts';

const pack: PlanReader = {
  read: (file) => JSON.parse(readFileSync(new URL(`../../../packs/cn/${file}`, import.meta.url), 'utf8')),
};
const plan = readNumberPlan(pack);
const numbering = createNumbering(plan);

/** presented | canonical (- for none) | kind | validity | further: key=value ... */
const TABLE = `
+8613812345678 | +8613812345678 | mobile | valid | form=plus operator=mobile country=CN callingCode=86
008613812345678 | +8613812345678 | mobile | valid | form=international
8613812345678 | +8613812345678 | mobile | valid | form=bare
13812345678 | +8613812345678 | mobile | valid | form=bare
013812345678 | +8613812345678 | mobile | valid | form=trunk
138 1234 5678 | +8613812345678 | mobile | valid
138-1234-5678 | +8613812345678 | mobile | valid
138.1234.5678 | +8613812345678 | mobile | valid
138–1234–5678 | +8613812345678 | mobile | valid
（138）1234 5678 | +8613812345678 | mobile | valid
１３８１２３４５６７８ | +8613812345678 | mobile | valid
＋８６１３８１２３４５６７８ | +8613812345678 | mobile | valid
+86(0)13812345678 | +8613812345678 | mobile | valid
+86 013812345678 | +8613812345678 | mobile | valid
tel:+8613812345678 | +8613812345678 | mobile | valid
tel:+86-138-1234-5678;ext=12 | +8613812345678 | mobile | valid
tel:13812345678;phone-context=+86 | +8613812345678 | mobile | valid
TEL:+8613812345678 | +8613812345678 | mobile | valid
sip:+8613812345678@ims.mnc000.mcc460.3gppnetwork.org;user=phone | +8613812345678 | mobile | valid
sips:13812345678@192.0.2.1:5061 | +8613812345678 | mobile | valid
sip:%2B8613812345678@host | +8613812345678 | mobile | valid
sip:+8613812345678;npdi;rn=+8613800@host | +8613812345678 | mobile | valid
"Wang" <sip:+8613812345678@host>;tag=88 | +8613812345678 | mobile | valid
<tel:+8613812345678> | +8613812345678 | mobile | valid
Wang <13812345678> | +8613812345678 | mobile | valid
1795113812345678 | +8613812345678 | mobile | valid
17951013812345678 | +8613812345678 | mobile | valid
1259313812345678 | +8613812345678 | mobile | valid
12583113812345678 | +8613812345678 | mobile | valid
179090755 82345678 | +8675582345678 | fixed | valid
+861795113812345678 | +8613812345678 | mobile | valid
13012345678 | +8613012345678 | mobile | valid | operator=unicom
13312345678 | +8613312345678 | mobile | valid | operator=telecom
13412345678 | +8613412345678 | mobile | valid | operator=mobile
13491234567 | +8613491234567 | satellite | valid | operator=telecom
14512345678 | +8614512345678 | mobile | valid | operator=unicom
14612345678 | +8614612345678 | iot | valid | operator=unicom
14712345678 | +8614712345678 | mobile | valid | operator=mobile
14812345678 | +8614812345678 | iot | valid | operator=mobile
14912345678 | +8614912345678 | iot | valid | operator=telecom
1440123456789 | +861440123456789 | iot | valid | operator=mobile
+861440123456789 | +861440123456789 | iot | valid
1410123456789 | +861410123456789 | iot | valid | operator=telecom
1400123456789 | +861400123456789 | iot | valid | operator=unicom
1064899195110 | +861064899195110 | iot | valid | operator=mobile
1064912345678 | +861064912345678 | iot | valid | operator=telecom
+861064612345678 | +861064612345678 | iot | valid | operator=unicom
14412345678 | +8614412345678 | mobile | unassigned
15012345678 | +8615012345678 | mobile | valid | operator=mobile
15312345678 | +8615312345678 | mobile | valid | operator=telecom
15412345678 | +8615412345678 | mobile | unassigned
15512345678 | +8615512345678 | mobile | valid | operator=unicom
16012345678 | +8616012345678 | mobile | unassigned
16101234567 | +8616101234567 | mobile | valid | operator=broadnet
16112345678 | +8616112345678 | mobile | unassigned
16191234567 | +8616191234567 | satellite | valid | operator=satnet
16212345678 | +8616212345678 | mvno | valid | operator=telecom
16312345678 | +8616312345678 | mobile | unassigned
16412345678 | +8616412345678 | mobile | unassigned
16512345678 | +8616512345678 | mvno | valid | operator=mobile
16612345678 | +8616612345678 | mobile | valid | operator=unicom
16712345678 | +8616712345678 | mvno | valid | operator=unicom
16812345678 | +8616812345678 | mobile | unassigned
16912345678 | +8616912345678 | mobile | unassigned
17001234567 | +8617001234567 | mvno | valid | operator=telecom
17031234567 | +8617031234567 | mvno | valid | operator=mobile
17041234567 | +8617041234567 | mvno | valid | operator=unicom
17051234567 | +8617051234567 | mvno | valid | operator=mobile
17091234567 | +8617091234567 | mvno | valid | operator=unicom
17112345678 | +8617112345678 | mvno | valid | operator=unicom
17212345678 | +8617212345678 | mobile | valid | operator=mobile
17312345678 | +8617312345678 | mobile | valid | operator=telecom
17401234567 | +8617401234567 | satellite | valid | operator=telecom
17491234567 | +8617491234567 | satellite | valid
17512345678 | +8617512345678 | mobile | valid | operator=unicom
17912345678 | +8617912345678 | mobile | unassigned
18012345678 | +8618012345678 | mobile | valid | operator=telecom
18412345678 | +8618412345678 | mobile | valid | operator=mobile
18612345678 | +8618612345678 | mobile | valid | operator=unicom
19012345678 | +8619012345678 | mobile | valid | operator=telecom
19212345678 | +8619212345678 | mobile | valid | operator=broadnet
19412345678 | +8619412345678 | mobile | unassigned
19512345678 | +8619512345678 | mobile | valid | operator=mobile
19612345678 | +8619612345678 | mobile | valid | operator=unicom
19912345678 | +8619912345678 | mobile | valid | operator=telecom
1381234567 | +861381234567 | mobile | malformed
138123456789 | +86138123456789 | mobile | malformed
+861381234567 | +861381234567 | mobile | malformed
010-61234567 | +861061234567 | fixed | valid | area=10 form=trunk
(010)61234567 | +861061234567 | fixed | valid | area=10
+86 10 6123 4567 | +861061234567 | fixed | valid | area=10
+86 (0)10 6123 4567 | +861061234567 | fixed | valid | area=10
0086 010 61234567 | +861061234567 | fixed | valid | area=10
861061234567 | +861061234567 | fixed | valid | area=10 form=bare
2161234567 | +862161234567 | fixed | valid | area=21 form=bare
021-61234567#8001 | +862161234567 | fixed | valid | area=21
021-61234567,8001 | +862161234567 | fixed | valid | area=21
021-61234567转8001 | +862161234567 | fixed | valid | area=21
021-61234567 ext. 12 | +862161234567 | fixed | valid | area=21
021-61234567x12 | +862161234567 | fixed | valid | area=21
021 61234567;phone-context=+86 | +862161234567 | fixed | valid | area=21
tel:61234567;phone-context=+8610 | +861061234567 | fixed | valid | area=10
0755 82345678 | +8675582345678 | fixed | valid | area=755
075582345678 | +8675582345678 | fixed | valid | area=755
75582345678 | +8675582345678 | fixed | valid | area=755 form=bare
0312-5012345 | +863125012345 | fixed | valid | area=312
0312-50123456 | +8631250123456 | fixed | malformed | area=312
0755-8234567 | +867558234567 | fixed | malformed | area=755
0851-85123456 | +8685185123456 | fixed | valid | area=851
0433-2512345 | +864332512345 | fixed | valid | area=433
0433-25123456 | +8643325123456 | fixed | valid | area=433
0955-7012345 | +869557012345 | fixed | valid | area=955
+869557012345 | +869557012345 | fixed | valid | area=955
0991-2345678 | +869912345678 | fixed | valid | area=991
0898-66123456 | +8689866123456 | fixed | valid | area=898
021-01234567 | +862101234567 | fixed | malformed | area=21
0755-12345678 | +8675512345678 | fixed | malformed | area=755
021-91234567 | +862191234567 | fixed | unassigned | area=21
0852-2345678 | +868522345678 | fixed | unassigned
0732-2345678 | +867322345678 | fixed | unassigned
0320-1234567 | +863201234567 | fixed | unassigned
61234567 | 61234567 | fixed | valid | form=local
6123456 | 6123456 | fixed | valid | form=local
8695588 | 8695588 | fixed | valid | form=local resembles=95588
2110086 | 2110086 | fixed | valid | form=local resembles=10086
8612399 | 8612399 | fixed | valid | form=local resembles=12399
8655588 | 8655588 | fixed | valid | form=local resembles=undefined
91234567 | 91234567 | fixed | unassigned | form=local
110 | 110 | emergency | valid | form=short country=CN
119 | 119 | emergency | valid
120 | 120 | emergency | valid
122 | 122 | emergency | valid
112 | 112 | emergency | valid
999 | 999 | emergency | valid
12110 | 12110 | emergency | valid
12119 | 12119 | emergency | valid
12395 | 12395 | emergency | valid
114 | 114 | service | valid
116114 | 116114 | service | valid
118114 | 118114 | service | valid
11185 | 11185 | service | valid
121 | 121 | service | valid
12121 | 12121 | service | valid
12306 | 12306 | service | valid
12315 | 12315 | service | valid
12321 | 12321 | service | valid
12345 | 12345 | service | valid
12381 | 12381 | service | valid
12580 | 12580 | service | valid
126 | 126 | service | unassigned
10000 | 10000 | service | valid | operator=telecom
10010 | 10010 | service | valid | operator=unicom
10018 | 10018 | service | valid | operator=unicom
10086 | 10086 | service | valid | operator=mobile
1008611 | 1008611 | service | valid | operator=mobile
10099 | 10099 | service | valid | operator=broadnet
10101234 | 10101234 | service | valid
10155 | 10155 | service | valid
10200 | 10200 | service | unassigned
95588 | 95588 | enterprise | valid
95533 | 95533 | enterprise | valid
95338 | 95338 | enterprise | valid
95688 | 95688 | enterprise | valid
955881 | 955881 | enterprise | valid
95013 | 95013 | call-centre | valid
950131234567 | 950131234567 | call-centre | valid
95105555 | 95105555 | call-centre | valid
95200 | 95200 | call-centre | valid
96110 | 96110 | service | valid
962288 | 962288 | service | valid
1069012345 | 1069012345 | sms-port | valid
106575258012 | 106575258012 | sms-port | valid
10690001234567 | 10690001234567 | sms-port | valid
10655020000000001234 | 10655020000000001234 | sms-port | valid
+861069012345 | +861069012345 | fixed | valid | area=10
4008108888 | +864008108888 | 400 | valid
400-810-8888 | +864008108888 | 400 | valid
+86 400 810 8888 | +864008108888 | 400 | valid
400810888 | +86400810888 | 400 | malformed
40081088888 | +8640081088888 | 400 | malformed
8008108888 | +868008108888 | 800 | valid
70012345678 | +8670012345678 | 700 | valid
700123456789012 | +86700123456789012 | 700 | valid
+86700123456789012 | +86700123456789012 | 700 | valid
7001234567 | +867001234567 | 700 | malformed
+862195588 | +862195588 | enterprise | malformed | disguise=95588/country-and-area-code area=21
+862110086 | +862110086 | service | malformed | disguise=10086/country-and-area-code area=21
+8610110 | +8610110 | emergency | malformed | disguise=110/country-and-area-code
+86 10 95588 | +861095588 | enterprise | malformed | disguise=95588/country-and-area-code
+86 755 12345 | +8675512345 | service | malformed | disguise=12345/country-and-area-code
+86 021 95588 | +862195588 | enterprise | malformed | disguise=95588/country-and-area-code
0086 21 95588 | +862195588 | enterprise | malformed | disguise=95588/country-and-area-code
+8695588 | +8695588 | enterprise | malformed | disguise=95588/country-code
+86110 | +86110 | emergency | malformed | disguise=110/country-code
+8612345 | +8612345 | service | malformed | disguise=12345/country-code
+8610086 | +8610086 | service | malformed | disguise=10086/country-code
+8696110 | +8696110 | service | malformed | disguise=96110/country-code
+86106575258012 | +86106575258012 | sms-port | malformed | disguise=106575258012/country-code
86110 | +86110 | emergency | malformed | disguise=110/country-code
02195588 | +862195588 | enterprise | malformed | disguise=95588/area-code
010110 | +8610110 | emergency | malformed | disguise=110/area-code
02110086 | +862110086 | service | malformed | disguise=10086/area-code
0571-96110 | +8657196110 | service | malformed | disguise=96110/area-code
095588 | +8695588 | enterprise | malformed | disguise=95588/leading-zero
0110 | +86110 | emergency | malformed | disguise=110/leading-zero
012345 | +8612345 | service | malformed | disguise=12345/leading-zero
+95588 | +95588 | enterprise | malformed | disguise=95588/plus
+110 | +110 | emergency | malformed | disguise=110/plus
0095588 | +95588 | enterprise | malformed | disguise=95588/plus
+819012345678 | +819012345678 | foreign | valid | country=JP callingCode=81
00819012345678 | +819012345678 | foreign | valid | country=JP
819012345678 | +819012345678 | foreign | valid | country=JP form=bare
+81 90-1234-5678 | +819012345678 | foreign | valid | country=JP
61412345678 | +61412345678 | foreign | valid | country=AU form=bare
33612345678 | +33612345678 | foreign | valid | country=FR form=bare
85291234567 | +85291234567 | foreign | valid | country=HK form=bare
81312345678 | +81312345678 | foreign | valid | country=JP form=bare
886912345678 | +886912345678 | foreign | valid | country=TW form=bare
+12125551234 | +12125551234 | foreign | valid | country=US callingCode=1
12125551234 | +12125551234 | foreign | valid | country=US form=bare
+14165551234 | +14165551234 | foreign | valid | country=CA
+18765551234 | +18765551234 | foreign | valid | country=JM
+18095551234 | +18095551234 | foreign | valid | country=DO
+442079460018 | +442079460018 | foreign | valid | country=GB
+44 (0)20 7946 0018 | +442079460018 | foreign | valid | country=GB
+447797712345 | +447797712345 | foreign | valid | country=JE
+79161234567 | +79161234567 | foreign | valid | country=RU
+77012345678 | +77012345678 | foreign | valid | country=KZ
+85291234567 | +85291234567 | foreign | valid | country=HK
+85366123456 | +85366123456 | foreign | valid | country=MO
+886912345678 | +886912345678 | foreign | valid | country=TW
+959250123456 | +959250123456 | foreign | valid | country=MM
+390612345678 | +390612345678 | foreign | valid | country=IT
+38344123456 | +38344123456 | foreign | valid | country=XK
+15552234567 | +15552234567 | foreign | unassigned | callingCode=1
+9551234567 | +9551234567 | foreign | unassigned | country=MM
+1212555123 | +1212555123 | foreign | malformed | callingCode=1
+121255512345 | +121255512345 | foreign | malformed
+11125551234 | +11125551234 | foreign | malformed
+10125551234 | +10125551234 | foreign | malformed
+19115551234 | +19115551234 | foreign | malformed
+12121551234 | +12121551234 | foreign | malformed
+12129111234 | +12129111234 | foreign | malformed
+81901234 | +81901234 | foreign | malformed | country=JP
+8529123456789 | +8529123456789 | foreign | malformed | country=HK
+80012345678 | +80012345678 | network | valid | callingCode=800
+870771234567 | +870771234567 | network | valid | callingCode=870
+881612345678 | +881612345678 | network | valid
+8821612345 | +8821612345 | network | valid
+883510012345 | +883510012345 | network | valid
+979123456789 | +979123456789 | network | valid
+999123456789 | +999123456789 | foreign | no-such-country
+210123456789 | +210123456789 | foreign | no-such-country
+2812345678 | +2812345678 | foreign | no-such-country
+3841234567 | +3841234567 | foreign | no-such-country
+89123456789 | +89123456789 | foreign | no-such-country
+013812345678 | +013812345678 | foreign | no-such-country
0000000000 | +00000000 | foreign | no-such-country
anonymous | - | hidden | withheld | form=none
Anonymous | - | hidden | withheld
"Anonymous" <sip:anonymous@anonymous.invalid> | - | hidden | withheld
sip:anonymous@anonymous.invalid | - | hidden | withheld
sip:unavailable@unknown.invalid | - | hidden | withheld
unknown | - | hidden | withheld
Restricted | - | hidden | withheld
unavailable | - | hidden | withheld
private | - | hidden | withheld
Private Number | - | hidden | withheld
<unknown> | - | hidden | withheld
未知号码 | - | hidden | withheld
BANK | - | unknown | malformed | form=none
+ | - | unknown | malformed
+86 | - | unknown | malformed
+86+13812345678 | - | unknown | malformed
13812345678a | - | unknown | malformed
12345678901234567890123456789 | - | unknown | malformed
1234567890123456789012345678 | +861234567890123456789012345678 | unknown | malformed
`;

function further(number: PhoneNumber, key: string): string | undefined {
  if (key === 'disguise') return number.disguise && `${number.disguise.target}/${number.disguise.how}`;
  return String(number[key as keyof PhoneNumber]);
}

describe('a presented number', () => {
  const rows = TABLE.trim()
    .split('\n')
    .map((row) => row.split(' | ') as [string, string, string, string, string?]);

  it.each(rows)('%s is %s, %s, %s', (presented, canonical, kind, validity, more) => {
    const number = numbering.parse(presented);
    expect([number.canonical ?? '-', number.kind, number.validity]).toEqual([canonical, kind, validity]);
    for (const pair of more?.split(' ') ?? []) {
      const [key = '', value] = pair.split('=');
      expect(further(number, key), key).toBe(value);
    }
    expect(number.presented).toBe(presented);
  });

  it('covers every kind that the plan can give', () => {
    expect(rows.length).toBeGreaterThan(200);
    expect(new Set(rows.map(([, , kind]) => kind))).toEqual(new Set<string>(NUMBER_KINDS));
  });

  it('is withheld when it is empty or only dashes', () => {
    for (const presented of ['', '   ', '-', '\u200b']) {
      expect(numbering.parse(presented).validity, JSON.stringify(presented)).not.toBe('valid');
    }
    expect(numbering.parse('').kind).toBe('hidden');
  });
});

describe('the mobile segments of the ministry (March 2023)', () => {
  const assigned = new Set(
    '130 131 132 133 134 135 136 137 138 139 145 146 147 148 149 150 151 152 153 155 156 157 158 159 162 165 166 167 170 171 172 173 174 175 176 177 178 180 181 182 183 184 185 186 187 188 189 190 191 192 193 195 196 197 198 199'.split(
      ' ',
    ),
  );

  it.each(Array.from({ length: 70 }, (_, index) => String(130 + index)))('%s', (segment) => {
    if (/^14[0-4]$/.test(segment)) return;
    const { validity } = numbering.parse(`+86${segment}40005678`);
    expect(validity).toBe(assigned.has(segment) ? 'valid' : 'unassigned');
  });
});

describe('landlines', () => {
  it.each(plan.areas)('of area $code have subscriber numbers of $lengths digits', ({ code, lengths }) => {
    for (const length of [6, 7, 8, 9]) {
      const { kind, validity, area } = numbering.parse(`0${code}-${'6234567890'.slice(0, length)}`);
      const valid = kind === 'fixed' && validity === 'valid' && area === code;
      expect(valid, `${length} digits`).toBe(lengths.includes(length));
    }
  });
});

describe('parsing', () => {
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 30 });
  const dressed = fc
    .tuple(
      fc.constantFrom(
        '',
        '+',
        '00',
        '+86',
        '0086',
        '86',
        '0',
        'tel:',
        'sip:+',
        '"x" <sip:',
        '17951',
        '＋８６',
      ),
      digits,
      fc.constantFrom('', '@host;user=phone', '>', '#12', ';phone-context=+86', ' ext 5'),
    )
    .map((parts) => parts.join(''));

  it('never throws and names only what it knows, whatever comes in', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 400 }), dressed), (presented) => {
        const number = numbering.parse(presented);
        expect(NUMBER_KINDS).toContain(number.kind);
        expect(number.presented.length).toBeLessThanOrEqual(200);
        if (number.canonical !== undefined) expect(number.canonical).toMatch(/^\+?[0-9]{2,32}$/);
      }),
      { numRuns: 5000 },
    );
  });

  it('leaves a canonical number as it is, with the same meaning', () => {
    fc.assert(
      fc.property(dressed, (presented) => {
        const number = numbering.parse(presented);
        if (number.canonical === undefined || number.canonical.length > 29) return;
        const again = numbering.parse(number.canonical);
        expect(again.canonical).toBe(number.canonical);
        if (number.validity !== 'valid') return;
        expect([again.kind, again.validity, again.area]).toEqual([number.kind, 'valid', number.area]);
      }),
      { numRuns: 5000 },
    );
  });

  it('says the same of plain digits as of dressed ones, which go a longer way', () => {
    const { ranges } = plan.national;
    const ofRange = fc
      .tuple(fc.constantFrom(...ranges), fc.stringMatching(/^[0-9]{20}$/), fc.integer({ min: -1, max: 1 }))
      .map(([{ prefix, lengths }, rest, more]) => (prefix + rest).slice(0, (lengths[0] ?? 0) + more));
    const before = fc.constantFrom('', '+', '+86', '0086', '00', '86', '0', '+81');
    fc.assert(
      fc.property(before, fc.oneof(ofRange, ofRange, digits), (prefix, number) => {
        const presented = prefix + number;
        expect({ ...numbering.parse(`${presented} `), presented }).toStrictEqual(numbering.parse(presented));
      }),
      { numRuns: 10_000 },
    );
  });

  it('reads back what it shows to people', () => {
    fc.assert(
      fc.property(dressed, (presented) => {
        const number = numbering.parse(presented);
        if (number.canonical === undefined || number.validity !== 'valid') return;
        const shown = numbering.display(number.canonical);
        expect(numbering.parse(shown).canonical, shown).toBe(number.canonical);
      }),
      { numRuns: 5000 },
    );
  });

  it('takes bounded time on hostile input', () => {
    const hostile = [
      '<'.repeat(1e6),
      '+'.repeat(1e6),
      '1'.repeat(1e6),
      'x;'.repeat(5e5),
      '\u3300'.repeat(1e6),
    ];
    const start = performance.now();
    for (const presented of hostile) expect(numbering.parse(presented).validity).toBe('malformed');
    expect(performance.now() - start).toBeLessThan(200);
  });
});

describe('display', () => {
  it.each([
    ['+8613812345678', '138 1234 5678'],
    ['+862161234567', '021-6123 4567'],
    ['+863125012345', '0312-501 2345'],
    ['+864008108888', '400-810-8888'],
    ['+861440123456789', '14401 2345 6789'],
    ['+86700123456789012', '700 1234 5678 9012'],
    ['95588', '95588'],
    ['61234567', '6123 4567'],
    ['+862195588', '+86 21 95588'],
    ['+8695588', '+86 95588'],
    ['+819012345678', '+81 90 1234 5678'],
    ['not a number', 'not a number'],
  ])('shows %s as %s', (canonical, shown) => {
    expect(numbering.display(canonical)).toBe(shown);
  });
});

describe('a plan', () => {
  it('leaves out ranges that are not in force on its day', () => {
    const asOf = (day: string) => createNumbering({ ...plan, national: { ...plan.national, asOf: day } });
    expect(asOf('2025-01-01').parse('700123456789012').validity).toBe('malformed');
    expect(asOf('2026-01-01').parse('700123456789012').validity).toBe('valid');
  });

  it('reads a number as it was on the day of its event, in the local time of the country', () => {
    const validity = (at: string) => numbering.parse('700123456789012', Date.parse(at)).validity;
    expect(validity('2025-07-02T23:59:59+08:00')).toBe('malformed');
    expect(validity('2025-07-03T00:00:00+08:00')).toBe('valid');
    expect(numbering.parse('13812345678', Date.parse('1999-01-01T00:00:00Z')).validity).toBe('valid');
  });

  it('is refused when a range names a source that it does not have', () => {
    const [first] = plan.national.ranges;
    const ranges = [{ ...first, source: 'hearsay' }];
    const broken: PlanReader = {
      read: (file) =>
        file === 'number-plan.json' ? { ...plan.national, ranges } : JSON.parse('{"areas":[],"codes":[]}'),
    } as PlanReader;
    expect(() => readNumberPlan(broken)).toThrow('unknown source');
  });
});
