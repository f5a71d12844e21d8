/** Names of columns that tell how a call went; those of its beginning are in `call-column.model.ts`. */
export const CALL_END_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  answeredAt: [
    'answer_stamp',
    'answer',
    'answered_at',
    'answer_time',
    'connect_time',
    '应答时间',
    '接通时间',
  ],
  endedAt: ['end_stamp', 'end', 'ended_at', 'end_time', 'disconnect_time', 'hangup_time', '结束时间'],
  duration: ['duration', 'total_seconds', '总时长'],
  talk: ['billsec', 'talk', 'talk_seconds', 'talkseconds', 'talk_time', 'bill_seconds', '通话时长'],
  ring: ['ring', 'ring_seconds', 'ringseconds', 'ring_time', 'pdd', '振铃时长'],
  answered: ['answered', '是否接通'],
  cause: ['cause', 'hangup_cause', 'disposition', 'release_cause', 'sip_code', '释放原因'],
};
