/** What is screened: calls become `call.attempt`, messages `sms.submit`. */
export const SCREENED = ['calls', 'messages'] as const;
export type Screened = (typeof SCREENED)[number];
