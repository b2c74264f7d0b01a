/**
 * Hook of electron-builder after signing: has Apple look at the app where its account is in the environment
 * (APPLE_API_KEY, APPLE_API_KEY_ID, APPLE_API_ISSUER), and says so where it is not. Fails the build when Apple refuses.
 */
exports.default = async ({ electronPlatformName, appOutDir, packager }) => {
  if (electronPlatformName !== 'darwin') return
  const { APPLE_API_KEY: appleApiKey, APPLE_API_KEY_ID: appleApiKeyId, APPLE_API_ISSUER: appleApiIssuer } = process.env
  if (!appleApiKey || !appleApiKeyId || !appleApiIssuer) {
    console.log('not notarised: APPLE_API_KEY, APPLE_API_KEY_ID and APPLE_API_ISSUER are not set')
    return
  }
  const { notarize } = require('@electron/notarize')
  await notarize({ appPath: `${appOutDir}/${packager.appInfo.productFilename}.app`, appleApiKey, appleApiKeyId, appleApiIssuer })
}
