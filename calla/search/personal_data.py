from calla.privacy.registry import nothing_personal
from calla.search.models import Card, Indexed, Synonyms

# Only the catalogue is indexed. What people search for is kept nowhere.
nothing_personal(Card, Indexed, Synonyms)
