import { NUMBER_KINDS } from '@fanzha/vocabulary';
import Type, { type Static } from 'typebox';

const closed = { additionalProperties: false };

export const CALL_EXCEPTIONS = ['roaming', 'domestic-traffic', 'foreign-node', 'diverted'] as const;
export type CallException = (typeof CALL_EXCEPTIONS)[number];

/**
 * What proves an exception. None of it is said by the caller: `home-network` and `diverter-roaming` by the home network
 * through the adapter, `signature` and `signed-diversion` by certificates, the others by the register and the trunk that
 * the call came by.
 */
export const CALL_PROOFS = [
  'home-network',
  'signature',
  'return-trunk',
  'line-register',
  'signed-diversion',
  'diverter-roaming',
  'registered-forwarding',
] as const;
export type CallProof = (typeof CALL_PROOFS)[number];

/** `call-proofs.json` of a pack: when a domestic number may come in from abroad, for which kinds, by what proof. */
export const CallProofFile = Type.Object(
  {
    exceptions: Type.Array(
      Type.Object(
        {
          code: Type.Enum([...CALL_EXCEPTIONS]),
          kinds: Type.Array(Type.Enum([...NUMBER_KINDS]), { minItems: 1 }),
          proofs: Type.Array(Type.Enum([...CALL_PROOFS]), { minItems: 1 }),
          /** Attestations that a signature has to have (RFC 8588). */
          attestations: Type.Optional(Type.Array(Type.Enum(['A', 'B', 'C']))),
          from: Type.String({ format: 'date' }),
          source: Type.String({ minLength: 1 }),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type CallProofFile = Static<typeof CallProofFile>;
type Setting = CallProofFile['exceptions'][number];

/** What is known of the proofs of a call; each is asked only where a rule of the pack accepts it. */
export interface Evidence {
  readonly roaming: boolean;
  readonly diverted: boolean;
  readonly diverterRoaming: boolean;
  /** The identity of the caller is valid and attested so; undefined where it is not. */
  attestation(): string | undefined;
  diversionSigned(): boolean;
  /** Ids of lines in the register. */
  returnTrunk(): string | undefined;
  foreignNode(): string | undefined;
  forwarding(): string | undefined;
}

export interface ProvenException {
  readonly code: CallException;
  readonly proof: CallProof;
  /** Id of the line that proves it, where the register does. */
  readonly line: string;
}

/** The first exception that is proven for a number of a kind; undefined where none is. */
export function provenException(
  settings: readonly Setting[],
  kind: string,
  evidence: Evidence,
): ProvenException | undefined {
  for (const setting of settings) {
    if (!setting.kinds.some((each) => each === kind)) continue;
    for (const proof of setting.proofs) {
      const line = proves(proof, setting, evidence);
      if (line !== undefined) return { code: setting.code, proof, line };
    }
  }
  return undefined;
}

/** The line that proves it, '' where something else does; undefined where nothing does. */
function proves(proof: CallProof, { attestations = [] }: Setting, evidence: Evidence): string | undefined {
  const held = (is: boolean): string | undefined => (is ? '' : undefined);
  switch (proof) {
    case 'home-network':
      return held(evidence.roaming);
    case 'signature': {
      const attested = evidence.attestation();
      return held(attested !== undefined && attestations.some((each) => each === attested));
    }
    case 'return-trunk':
      return evidence.returnTrunk();
    case 'line-register':
      return evidence.foreignNode();
    case 'signed-diversion':
      return held(evidence.diverted && evidence.diversionSigned());
    case 'diverter-roaming':
      return held(evidence.diverted && evidence.diverterRoaming);
    case 'registered-forwarding':
      return evidence.forwarding();
  }
}

/** Exceptions that a call makes a claim to without proving them. */
export function claimedExceptions({ diverted, foreign, signed }: Claims): CallException[] {
  return [
    ...(signed ? (['domestic-traffic'] as const) : []),
    ...(foreign ? (['foreign-node'] as const) : []),
    ...(diverted ? (['diverted'] as const) : []),
  ];
}

interface Claims {
  readonly diverted: boolean;
  /** A registered line that may come from abroad has this number. */
  readonly foreign: boolean;
  readonly signed: boolean;
}
