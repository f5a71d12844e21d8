/** Lines of a SIP message with their ends, and the empty line. */
export const sip = (...lines: readonly string[]): Buffer => Buffer.from(`${lines.join('\r\n')}\r\n\r\n`);

/** An INVITE of an ordinary call; `extra` are more header lines, `start` replaces what the given names have. */
export function invite(partial: Readonly<Record<string, string>> = {}, ...extra: readonly string[]): Buffer {
  const fields: Record<string, string> = {
    Via: 'SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK1;rport',
    From: '"Alice" <sip:+81312345678@sbc.example;user=phone>;tag=a1',
    To: '<sip:+8613900001111@op.example;user=phone>',
    'Call-ID': 'call-1@sbc.example',
    CSeq: '1 INVITE',
    'Max-Forwards': '70',
    'Content-Length': '0',
    ...partial,
  };
  const { start = 'INVITE sip:+8613900001111@op.example;user=phone SIP/2.0', ...rest } = fields;
  return sip(start, ...Object.entries(rest).map(([name, value]) => `${name}: ${value}`), ...extra);
}
