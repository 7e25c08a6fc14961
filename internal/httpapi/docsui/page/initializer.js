// Starts Swagger UI on the contract this server serves. A file of its own, since the page allows no inline script.
"use strict";

// Swagger UI remembers what Authorize was given, the password too. Keep the access token alone.
const forgetPassword = () => ({
  statePlugins: {
    auth: {
      wrapActions: {
        authorizeOauth2: (original) => ({ auth, token }) => {
          const { access_token, token_type } = token;
          return original({ auth: { ...auth, password: "" }, token: { access_token, token_type } });
        },
      },
    },
  },
});

window.addEventListener("load", () => {
  const ui = SwaggerUIBundle({
    url: "/openapi.json",
    dom_id: "#swagger-ui",
    presets: [SwaggerUIBundle.presets.apis],
    plugins: [forgetPassword],
    layout: "BaseLayout", // the standalone layout adds a bar to load other people's contracts
    deepLinking: true,
    filter: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    persistAuthorization: true,
    tryItOutEnabled: true,
    validatorUrl: null, // else the contract is sent to a validator on the internet
  });

  // Authorize asks for e-mail and password and fetches a token from login; there are no OAuth clients to name.
  ui.initOAuth({
    appName: "Lattice",
    useBasicAuthenticationWithAccessCodeGrant: false,
  });
});
