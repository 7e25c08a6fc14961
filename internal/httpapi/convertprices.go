package httpapi

import (
	"github.com/lattice-money/lattice/gen/api"
	"github.com/lattice-money/lattice/internal/prices"
)

func toAPIProduct(p prices.Product) api.Product {
	return api.Product{
		ID: p.ID, Name: p.Name, Merchant: p.Merchant, URL: orNull(p.URL), Current: toAPIMoney(p.Current), SeenAt: p.SeenAt,
		Availability: api.ProductAvailability(p.Availability), Source: api.PriceSource(p.Source), Mock: p.Mock,
	}
}

func toAPIPrice(p prices.Price) api.ProductPrice {
	return api.ProductPrice{
		At: p.At, Price: toAPIMoney(p.Price), LastSeenAt: p.LastSeenAt, Source: api.PriceSource(p.Source), TransactionID: orNull(p.TransactionID),
	}
}
