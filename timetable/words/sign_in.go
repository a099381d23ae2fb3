package words

// The texts of the pages of sign-in, which the server writes in the reader's language.
const (
	SignIn       Message = "Sign in"
	SignOut      Message = "Sign out"
	SignedIn     Message = "Signed in"
	SignedInAs   Message = "You have signed in as"
	HasSignedOut Message = "Signed out"
	NotPublic    Message = "This board is not public. Whoever runs it gives you a token."
	Token        Message = "Token"
	WrongToken   Message = "This token is not known here."
	TooOften     Message = "Too many attempts: try again in a few seconds."
	ToTheBoard   Message = "To the board"
	TryAgain     Message = "Try again"
	OtherUser    Message = "Sign in as another user"
	NotAllowed   Message = "Not allowed"
	Continue     Message = "Continue"

	// About the provider of OpenID Connect.
	ProviderAway    Message = "The service at which you sign in does not answer. This page tries again every 10 seconds."
	ProviderRefuses Message = "The service at which you sign in has refused."
	ProviderInvalid Message = "The answer of the service at which you sign in does not count. " +
		"The log of this board's server tells why."
	SignInStale Message = "This sign-in began in another browser, or too long ago. " +
		"The browser must accept this site's cookies."
	MayNotRead   Message = "You have signed in, but you may not read this board. Whoever runs it decides who may."
	EndsThereToo Message = "You are signed out here, and next at the service at which you signed in."
)
