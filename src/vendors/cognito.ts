import { formed, list, members } from './arguments.ts'
import { said } from './on-behalf-of.ts'
import { anyJwt, type Vendor } from './vendor.ts'

export interface CognitoOptions {
  /** `eu-west-1_AbCdEfGhI` */
  readonly userPoolId: string
  /** The app clients whose tokens are for this API: access tokens have no `aud`. */
  readonly clientIds: readonly string[]
}

/**
 * A user pool of Amazon Cognito.
 *
 * Source: docs.aws.amazon.com/cognito, “Using the access token”; awslabs/aws-jwt-verify.
 *
 * @throws {TypeError} An option is wrong.
 */
export function cognito(options: CognitoOptions): Vendor {
  const { userPoolId, clientIds } = members('cognito', options, ['userPoolId', 'clientIds'])
  const form = /^[a-z]+(-[a-z]+)+-\d+_\w+$/
  formed('cognito', 'userPoolId', userPoolId, form, "'eu-west-1_AbCdEfGhI'")
  const [region] = userPoolId.split('_')
  return {
    issuer: `https://cognito-idp.${region}.amazonaws.com/${userPoolId}`,
    dialect: {
      ...anyJwt,
      algorithms: ['RS256'],
      kind: { token_use: ['access'] },
      jwtClaims: [['sub'], ['client_id'], ['iat'], ['jti']],
      audienceFrom: {
        client_id: list('cognito', 'clientIds', clientIds, 'app clients of this API'),
      },
      roles: [['cognito:groups']],
      groups: [['cognito:groups']],
      onBehalfOf({ sub, username }, clientId) {
        if (said(sub) === undefined || clientId === undefined) return 'unknown'
        if (sub === clientId) return username === undefined ? 'client' : 'unknown'
        return said(username) === undefined ? 'unknown' : 'resource-owner'
      },
      advice: { token_use: 'an ID token is none to call an API with' },
    },
  }
}
